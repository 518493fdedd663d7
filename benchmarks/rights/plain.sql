-- What somebody who knows the shop would write by hand to erase one customer, with the same rows gone at the
-- end: nothing is looked for that this customer has not, nothing is compared with a plan, nothing is read
-- back, and texts are searched for numbers and addresses only as the account has them.
delete from page_view where device in (select id from device where customer = :id);
delete from access_log where at < :log and device in (select id from device where customer = :id);
update device set device_id = gen_random_uuid(), last_ip = '0.0.0.0'
    where customer = :id and exists (select from access_log where access_log.device = device.id);
delete from device
    where customer = :id and not exists (select from access_log where access_log.device = device.id);
delete from review where customer = :id;
delete from ticket_note where ticket in (select id from ticket where opened_by = :id);
delete from remark
    where about_kind = 'ticket' and about_id in (select id from ticket where opened_by = :id);
delete from ticket where opened_by = :id or contact in (:email, :phone);
delete from customer_address where customer = :id;
delete from subscriber where email = :email or phone = :phone;
delete from payment where orders in (select id from orders where customer = :id and finished_at < :first);
delete from order_line where orders in (select id from orders where customer = :id and finished_at < :first);
delete from remark where about_kind = 'order'
    and about_id in (select id from orders where customer = :id and finished_at < :first);
delete from orders where customer = :id and finished_at < :first;
update customer set name = '', nickname = 'gone' || id, phone = '', email = 'gone' || id, id_number = null,
    birth_date = null, main_address = null, note = '', deleted = true where id = :id;
delete from address where entered_by = :id
    and not exists (select from customer where main_address = address.id)
    and not exists (select from customer_address where customer_address.address = address.id)
    and not exists (select from orders where orders.address = address.id);
update message set body = '' where sender = :id;
update message set body = regexp_replace(body, :either, '***', 'gi') where body ~* :either;
update ticket_note set body = regexp_replace(body, :either, '***', 'gi') where body ~* :either;
update remark set body = regexp_replace(body, :either, '***', 'gi') where body ~* :either;
update review set body = regexp_replace(body, :either, '***', 'gi') where body ~* :either;
update orders set remark = regexp_replace(remark, :either, '***', 'gi') where remark ~* :either;
update customer set note = regexp_replace(note, :either, '***', 'gi') where note ~* :either;
update search_entry set words = regexp_replace(words, :either, '***', 'gi') where words ~* :either;
update access_log set path = regexp_replace(path, :either, '***', 'gi') where path ~* :either;
